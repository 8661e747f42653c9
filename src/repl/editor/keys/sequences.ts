/**
 * Names of the keys that come as escape sequences: xterm's, rxvt's, the Linux console's and the `u` form of newer terminals.
 * Whatever is not here has no name and is swallowed: an answer of the terminal, a mouse.
 */

/** By the final letter of `CSI … letter` and `SS3 letter`. */
const BY_LETTER: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  M: 'enter',
  Z: 'shift-tab',
};

/** By the number of `CSI number ~`. */
const BY_NUMBER: Readonly<Record<string, string>> = {
  '1': 'home',
  '2': 'insert',
  '3': 'delete',
  '4': 'end',
  '5': 'page-up',
  '6': 'page-down',
  '7': 'home',
  '8': 'end',
  '200': 'paste-start',
};

/** rxvt: `CSI a` is Shift-Up, `CSI 3^` Ctrl-Delete, `SS3 a` Ctrl-Up. */
const RXVT_ARROWS: Readonly<Record<string, string>> = { a: 'up', b: 'down', c: 'right', d: 'left' };

/** By the code point of `CSI number ; modifiers u` and `CSI 27 ; modifiers ; number ~`. */
const BY_CODE: Readonly<Record<string, string>> = {
  '9': 'tab',
  '13': 'enter',
  '27': 'escape',
  '32': 'space',
  '127': 'backspace',
};

const CSI = /^\x1b\[([\d;:<=>?]*)([ -/]*)([@-~])$/;

/** Gives the name of a whole escape sequence; null where it has none. */
export function keyNameOf(sequence: string): string | null {
  if (sequence.startsWith('\x1bO')) return ss3Name(sequence.slice(2));
  // The Linux console's F1 to F5.
  if (sequence.startsWith('\x1b[[')) return null;
  const match = CSI.exec(sequence);
  const [, parameters = '', between = '', final = ''] = match ?? [];
  // A key that is let go, `;5:3`, was told when it was pressed.
  if (match === null || between !== '' || /[<=>?]/.test(parameters) || /;\d*:3/.test(parameters)) return null;
  const [first = '', second = '', third = ''] = parameters.split(';').map((word) => word.split(':')[0] ?? '');
  const name = first === '27' && final === '~' ? codeName(third) : csiName(final, first);
  return name === null ? null : withModifiers(name, modifiersOf(final, second));
}

function ss3Name(rest: string): string | null {
  const rxvt = RXVT_ARROWS[rest];
  if (rxvt !== undefined) return `ctrl-${rxvt}`;
  // Some terminals put the modifiers here: SS3 5 C.
  const letter = BY_LETTER[rest.slice(-1)];
  const modifiers = rest.length > 1 ? Number(rest.slice(0, -1)) : 1;
  return letter === undefined || Number.isNaN(modifiers) ? null : withModifiers(letter, modifiers);
}

function csiName(final: string, first: string): string | null {
  if (final === '~' || final === '^' || final === '$') return BY_NUMBER[first] ?? null;
  if (final === 'u') return codeName(first);
  if (final in RXVT_ARROWS) return RXVT_ARROWS[final] ?? null;
  // Mouses say so.
  return final === 'M' ? null : (BY_LETTER[final] ?? null);
}

function codeName(text: string): string | null {
  const code = Number(text);
  return BY_CODE[text] ?? (code > 32 && code < 127 ? String.fromCharCode(code).toLowerCase() : null);
}

/** 1 + (1 Shift, 2 Alt, 4 Ctrl), as xterm counts. */
function modifiersOf(final: string, second: string): number {
  if (final === '^') return 5;
  if (final === '$' || final in RXVT_ARROWS) return 2;
  return second === '' ? 1 : Number(second);
}

function withModifiers(name: string, modifiers: number): string {
  const bits = modifiers - 1;
  const ctrl = (bits & 4) !== 0 ? 'ctrl-' : '';
  const alt = (bits & 2) !== 0 ? 'alt-' : '';
  const shift = (bits & 1) !== 0 && !name.startsWith('shift-') ? 'shift-' : '';
  return ctrl + alt + shift + name;
}
