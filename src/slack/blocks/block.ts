// The blocks we build, as plain objects, and a message made of them.

/** Any Block Kit block. Slack's own types lack the newest ones, so ours is open. */
export interface Block {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A drawn message: blocks for the eye, `text` for notifications and screen readers, saying the same. */
export interface Drawn {
  readonly blocks: readonly Block[];
  readonly text: string;
}

/** Mrkdwn whose plain parts Slack leaves alone. Foreign parts must have gone through `plain`. */
export function mrkdwn(text: string): { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true } {
  return { type: 'mrkdwn', text, verbatim: true };
}

export function plainText(text: string): { readonly type: 'plain_text'; readonly text: string; readonly emoji: false } {
  return { type: 'plain_text', text, emoji: false };
}

export function section(text: string): Block {
  return { type: 'section', text: mrkdwn(text) };
}

export function context(text: string): Block {
  return { type: 'context', elements: [mrkdwn(text)] };
}

export function actions(elements: readonly Block[]): Block {
  return { type: 'actions', elements };
}

/** A picture that we uploaded. */
export function fileImage(file: string, alt: string): Block {
  return { type: 'image', slack_file: { id: file }, alt_text: alt };
}

/** A button. `value` carries ids only. */
export function button(spec: {
  readonly action: string;
  readonly label: string;
  readonly value?: string;
  readonly url?: string;
  readonly style?: 'primary' | 'danger';
}): Block {
  return {
    type: 'button',
    action_id: spec.action,
    text: plainText(spec.label),
    ...(spec.value === undefined ? {} : { value: spec.value }),
    ...(spec.url === undefined ? {} : { url: spec.url }),
    ...(spec.style === undefined ? {} : { style: spec.style }),
  };
}
