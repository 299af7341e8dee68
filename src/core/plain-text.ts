/** Text from outside without control sequences: no model output can move the cursor, change a title or hide text. */

/** Keeps line breaks and tabs, and every line after one that holds a broken sequence; drops C0, C1, DEL and bidirectional overrides, and whole ANSI sequences. */
export const plainText = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g, '')
    // eslint-disable-next-line no-control-regex -- the same
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
