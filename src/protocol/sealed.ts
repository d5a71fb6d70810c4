// State that travels through a client and comes back: encrypted and authenticated, so that the
// client can neither read nor change it. AES-GCM with a key from configuration, or a random one.
// Made by the transports; used by the era that suspends calls. spec: basic/patterns/mrtr

import { fromBase64Url, toBase64Url } from "../wire/base64url.ts";

/** Seals and opens state. */
export interface Sealer {
  /** The sealed form: base64url text. */
  seal(value: unknown): Promise<string>;
  /** What was sealed; undefined when the text was not sealed with this key, or was changed. */
  open(text: string): Promise<unknown>;
  /** Whether the key was given, so that a restart or another instance can open what was sealed. */
  readonly lasting: boolean;
}

const IV_BYTES = 12;

/**
 * Makes a sealer.
 *
 * @param key any secret text or bytes, at least 16 characters; random when absent.
 * @throws {TypeError} when the key is too short to be one.
 */
export function createSealer(key?: string | Uint8Array): Sealer {
  if (key !== undefined && key.length < 16) {
    throw new TypeError(
      `Cannot seal state: stateKey must have at least 16 characters: got ${key.length}`,
    );
  }
  let imported: Promise<CryptoKey> | undefined;
  const ready = () => imported ??= importKey(key ?? crypto.getRandomValues(new Uint8Array(32)));
  return {
    lasting: key !== undefined,
    async seal(value) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const plain = new TextEncoder().encode(JSON.stringify(value));
      const sealed = new Uint8Array(
        await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await ready(), plain),
      );
      const whole = new Uint8Array(IV_BYTES + sealed.length);
      whole.set(iv);
      whole.set(sealed, IV_BYTES);
      return toBase64Url(whole);
    },
    async open(text) {
      try {
        // One text has one meaning, so that a changed text is never taken for the sealed one.
        if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
        const whole = fromBase64Url(text);
        const iv = whole.subarray(0, IV_BYTES);
        const plain = await crypto.subtle.decrypt(
          { name: "AES-GCM", iv },
          await ready(),
          whole.subarray(IV_BYTES),
        );
        return JSON.parse(new TextDecoder().decode(plain));
      } catch {
        return undefined; // Not base64url, not ours, or changed: to the caller it is all the same.
      }
    },
  };
}

async function importKey(secret: string | Uint8Array): Promise<CryptoKey> {
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
  // A digest makes a key of the right length from a secret of any.
  const digest = await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes));
  return crypto.subtle.importKey("raw", digest, "AES-GCM", false, ["encrypt", "decrypt"]);
}
