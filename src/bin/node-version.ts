/** Which Node the command needs. It imports nothing and keeps to old syntax, so that an old Node gets as far as this. */

const NEEDED = { major: 22, minor: 12 } as const;

/** Gives the sentence for a Node that is too old; null where `version` (`process.versions.node`) will do. */
export function nodeRefusal(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor)) return null;
  return `redquery needs Node ${NEEDED.major}.${NEEDED.minor} or newer; this is Node ${version}.`;
}
