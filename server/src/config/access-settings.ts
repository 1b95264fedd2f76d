/** The settings of who reaches the server, how, and how often. */
import { integer, list, oneOf, optionalPath, origins, proxies, someText, type Setting } from './values.js';

const MAX_RATE = 100_000_000;

/** Requests a minute; undefined where nothing is set. */
function optionalRate(text: string): number | undefined {
  return text === '' ? undefined : integer(0, MAX_RATE)(text);
}

/**
 * Requests a minute with keys. At once: a sync that pulls 10,000 documents one by one, or changes 5,000; steadily: a tenth
 * of what one core serves. A person mistypes a key a few times; a machine that guesses would need more than its lifetime.
 */
export const DEFAULT_RATES = { read: 30_000, write: 12_000, search: 1_200, 'auth-failures': 30 } as const;

export const accessSettings = {
  host: {
    variable: 'DOCUMENT_SERVER_HOST',
    meaning:
      'Address to listen on. Anything but a loopback address needs DOCUMENT_SERVER_AUTH=keys or ' +
      'DOCUMENT_SERVER_ALLOW_ANONYMOUS.',
    fallback: '127.0.0.1',
    read: someText,
  },
  port: {
    variable: 'DOCUMENT_SERVER_PORT',
    meaning: 'Port to listen on; 0 takes a free one and prints it.',
    fallback: '8766',
    read: integer(0, 65_535),
  },
  auth: {
    variable: 'DOCUMENT_SERVER_AUTH',
    meaning:
      'Who is served: `none` asks for no keys and serves this machine alone; `keys` serves whoever has an API key.',
    fallback: 'none',
    read: oneOf('none', 'keys'),
  },
  allowAnonymous: {
    variable: 'DOCUMENT_SERVER_ALLOW_ANONYMOUS',
    meaning:
      'Whether a server without keys may listen on other than loopback addresses: whoever reaches it may do all.',
    fallback: 'false',
    read: (text) => oneOf('true', 'false')(text) === 'true',
  },
  allowedHosts: {
    variable: 'DOCUMENT_SERVER_ALLOWED_HOSTS',
    meaning: 'Comma-separated host names that the server answers to beside the loopback ones; `*` for all.',
    fallback: '',
    read: list,
  },
  corsOrigins: {
    variable: 'DOCUMENT_CORS_ORIGINS',
    meaning:
      'Comma-separated origins, like https://docs.example, whose web pages may call the server (CORS); other sites may not.',
    fallback: '',
    read: origins,
  },
  tlsCert: {
    variable: 'DOCUMENT_TLS_CERT',
    meaning:
      'File of the certificate, with those between it and a known authority, in PEM; with DOCUMENT_TLS_KEY the server ' +
      'speaks HTTPS, and nothing else.',
    fallback: '',
    read: optionalPath,
  },
  tlsKey: {
    variable: 'DOCUMENT_TLS_KEY',
    meaning: "File of the certificate's private key, in PEM.",
    fallback: '',
    read: optionalPath,
  },
  trustProxy: {
    variable: 'DOCUMENT_TRUST_PROXY',
    meaning:
      'The reverse proxies whose X-Forwarded-For tells the address of a client, for limits and for the log: how many of ' +
      'them stand in front of each other, or their addresses or networks, separated by commas (`loopback` is this machine). ' +
      '0 for none: the header then means nothing.',
    fallback: '0',
    read: proxies,
  },
  rateRead: {
    variable: 'DOCUMENT_RATE_READ',
    meaning:
      'Requests a minute that read, of each key, and of each address without a key; 0 for no limit. ' +
      `Not set, ${DEFAULT_RATES.read} with keys and no limit without; half of it may come at once.`,
    fallback: '',
    read: optionalRate,
  },
  rateWrite: {
    variable: 'DOCUMENT_RATE_WRITE',
    meaning: `The same for requests that write. Not set, ${DEFAULT_RATES.write} with keys and no limit without.`,
    fallback: '',
    read: optionalRate,
  },
  rateSearch: {
    variable: 'DOCUMENT_RATE_SEARCH',
    meaning: `The same for searches. Not set, ${DEFAULT_RATES.search} with keys and no limit without.`,
    fallback: '',
    read: optionalRate,
  },
  rateAuthFailures: {
    variable: 'DOCUMENT_RATE_AUTH_FAILURES',
    meaning:
      'Failed authentications a minute from each address; 0 for no limit. Over it, only keys that the server has let in ' +
      'before are looked at. ' +
      `Not set, ${DEFAULT_RATES['auth-failures']}.`,
    fallback: '',
    read: optionalRate,
  },
} satisfies Record<string, Setting<unknown>>;
