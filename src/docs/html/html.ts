/** Markup that was made by `markup`, or that a library has escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can stand in a template: text, which is escaped, or markup. */
export type Filling = string | number | undefined | Html | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `text` as it stands between tags, or in an attribute's quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (found) => ENTITIES[found] ?? found);
}

function filled(filling: Filling): string {
  if (filling === undefined) return '';
  if (filling instanceof Html) return filling.text;
  if (Array.isArray(filling)) return filling.map((item: Html) => item.text).join('');
  return escapeHtml(String(filling));
}

/** Markup with values in it; what is no markup is escaped. Attributes have to stand in quotes. */
export function markup(strings: TemplateStringsArray, ...fillings: readonly Filling[]): Html {
  const pieces = strings.map((text, index) => text + filled(fillings[index]));
  return new Html(pieces.join(''));
}

/** Markup that a library made, which has escaped what is in it. */
export function trusted(text: string): Html {
  return new Html(text);
}
