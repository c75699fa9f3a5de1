import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { quote } from '../../bash/quote.ts';

/** What a modelled command was called with, as its shim told it. */
export interface Called {
  /** As it was found on the path: `/usr/bin/docker`. */
  readonly path: string;
  readonly cwd: string;
  /** Inside the host. */
  readonly pid: number;
  readonly environment: ReadonlyMap<string, string>;
  readonly args: readonly string[];
}

/** A word as it was before the shim kept its newlines out of it: GS n, and GS e for GS itself. */
function unfold(word: string): string {
  if (!word.includes('\u001d')) return word;
  return word.replaceAll('\u001dn', '\n').replaceAll('\u001de', '\u001d');
}

/** A conversation with a shim: it tells words, and does what it is told in answer. */
export class Conversation {
  readonly #socket: Socket;
  #pending = Buffer.alloc(0);
  #wanted: ((word: string | undefined) => void)[] = [];
  #ended = false;
  #said = '';
  #finished = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (data) => {
      this.#pending = this.#pending.length === 0 ? data : Buffer.concat([this.#pending, data]);
      this.#serve();
    });
    const end = (): void => {
      this.#ended = true;
      this.#serve();
    };
    socket.on('end', end).on('close', end).on('error', end);
  }

  /** The next word that the shim tells; nothing when it is gone. */
  async word(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#wanted.push(resolve);
      this.#serve();
    });
  }

  /** So many words. @throws Error when the shim is gone before it has told them. */
  async words(count: number): Promise<string[]> {
    const words: string[] = [];
    while (words.length < count) {
      const word = await this.word();
      if (word === undefined) throw new Error('a command ended in the middle of telling its call');
      words.push(word);
    }
    return words;
  }

  /** Keeps a command for the shim until `send`: one of bash, or a function of `shim.sh`. NUL cannot be told. */
  say(command: string, ...words: readonly string[]): void {
    this.#said += `${[command, ...words.map((word) => quote(word.replaceAll('\0', '')))].join(' ')}\n`;
  }

  /** What the shim was told and not sent yet: its length in bytes, and itself. */
  #frame(): string {
    const said = this.#said;
    this.#said = '';
    return said === '' ? '' : `${String(Buffer.byteLength(said)).padStart(9, '0')}${said}`;
  }

  /** Sends what was said. */
  send(): void {
    const frame = this.#frame();
    if (frame !== '' && !this.#socket.destroyed) this.#socket.write(frame);
  }

  /** Sends what was said as the last of it. */
  end(): void {
    if (this.#finished || this.#socket.destroyed) return;
    this.#finished = true;
    this.#socket.end(this.#frame());
  }

  /** Whether the shim is there no more. */
  get gone(): boolean {
    return this.#ended;
  }

  /** Is settled when the process at the other end is no more; this end may still be open then. */
  async whenGone(): Promise<void> {
    if (this.#ended) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('end', () => resolve()).once('close', () => resolve());
    });
  }

  #serve(): void {
    while (this.#wanted.length > 0) {
      const end = this.#pending.indexOf(0);
      if (end < 0 && !this.#ended) return;
      const word = end < 0 ? undefined : unfold(this.#pending.subarray(0, end).toString());
      if (end >= 0) this.#pending = this.#pending.subarray(end + 1);
      this.#wanted.shift()?.(word);
    }
  }
}

/** Answers one call. */
export type Answerer = (called: Called, conversation: Conversation) => Promise<void>;

async function listen(conversation: Conversation): Promise<[string, Called]> {
  const [token, path, cwd, pid, count] = (await conversation.words(5)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const environment = new Map<string, string>();
  for (const pair of await conversation.words(Number(count))) {
    const equals = pair.indexOf('=');
    if (equals > 0) environment.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  const [given] = await conversation.words(1);
  const args = await conversation.words(Number(given));
  return [token, { path, cwd, pid: Number(pid), environment, args }];
}

/** Where the shims of every host of this process ask; on loopback, and each host by a secret token. */
export class ModelServer {
  readonly #server: Server;
  readonly #hosts = new Map<string, Answerer>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      socket.setNoDelay(true);
      const conversation = new Conversation(socket);
      void this.#answer(conversation).catch(() => socket.destroy());
    });
  }

  /** Begins to listen; does not keep the process alive by itself. */
  static async start(): Promise<ModelServer> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    server.unref();
    return new ModelServer(server);
  }

  /** Takes the calls of a host; returns the address that its shims have to be told. */
  admit(answerer: Answerer): { readonly address: string; readonly token: string } {
    const token = randomBytes(16).toString('hex');
    this.#hosts.set(token, answerer);
    return { address: `${(this.#server.address() as AddressInfo).port} ${token}\n`, token };
  }

  dismiss(token: string): void {
    this.#hosts.delete(token);
  }

  async #answer(conversation: Conversation): Promise<void> {
    const [token, called] = await listen(conversation);
    await this.#hosts.get(token)?.(called, conversation);
    conversation.end();
  }
}

let started: Promise<ModelServer> | undefined;

/** The server of this process, started when it is first asked for. */
export async function theServer(): Promise<ModelServer> {
  started ??= ModelServer.start();
  return started;
}
