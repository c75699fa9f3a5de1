import type { Command } from '../command.ts';
import { Refusal } from '../command.ts';

/** debconf-set-selections(1): lines of `owner question type value`. */
export const debconfSetSelections: Command = async (call) => {
  const options = call.args.filter((word) => word.startsWith('-') && word !== '-');
  const unknown = options.find(
    (word) => !['-v', '--verbose', '-c', '--checkonly', '-u', '--unseen', '--'].includes(word),
  );
  if (unknown !== undefined) throw new Refusal(1, `Unknown option: ${unknown.replace(/^-+/, '')}`);
  const path = call.args.find((word) => !options.includes(word) && word !== '-');
  const text = path === undefined ? await call.input() : call.host.files.text(path);
  if (text === undefined)
    throw new Refusal(2, `Can't open ${path ?? ''}: No such file or directory`);
  const answers: [string, string][] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const match = /^\s*(\S+)\s+(\S+)\s+(\S+)(?:\s(.*))?$/.exec(line);
    if (match === null) throw new Refusal(1, `error: Cannot parse line ${index + 1}`);
    answers.push([match[2] ?? '', match[4] ?? '']);
  }
  if (options.includes('-c') || options.includes('--checkonly')) return 0;
  await call.change();
  for (const [question, answer] of answers) call.host.state.debconf[question] = answer;
  return 0;
};

/** debconf-show(1), as root: `* question: value`. */
export const debconfShow: Command = (call) => {
  const owner = call.args.find((word) => !word.startsWith('-'));
  if (owner === undefined) throw new Refusal(1, 'Usage: debconf-show [--db=dbname] packages');
  for (const [question, answer] of Object.entries(call.host.state.debconf).toSorted()) {
    if (question.startsWith(`${owner}/`)) call.out(`* ${question}: ${answer}\n`);
  }
  return 0;
};

/** debconf-communicate(1): `get`, `set` and `fset` in debconf's protocol. */
export const debconfCommunicate: Command = async (call) => {
  const { debconf } = call.host.state;
  let changed = false;
  for (const line of (await call.input()).split('\n').filter(Boolean)) {
    const [verb = '', question = '', ...words] = line.trim().split(/\s+/);
    if (verb.toLowerCase() === 'get') {
      const answer = debconf[question];
      call.out(answer === undefined ? `10 ${question} doesn't exist\n` : `0 ${answer}\n`);
    } else if (verb.toLowerCase() === 'set') {
      if (!changed) await call.change();
      changed = true;
      debconf[question] = words.join(' ');
      call.out('0 value set\n');
    } else if (verb.toLowerCase() === 'fset') call.out('0 true\n');
    else call.out(`20 Unsupported command "${verb}"\n`);
  }
  return 0;
};
