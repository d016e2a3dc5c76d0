/**
 * The formats of texts that are checked: those of which a text either is or is not one.
 *
 * @module
 */

/** The check of a format. */
export interface FormatCheck {
  readonly holds: (text: string) => boolean;
  /** What was expected, with an example. */
  readonly expected: string;
}

function isDate(text: string): boolean {
  const m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!m) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // A day that the month does not have is carried over into the next.
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(m[3]);
}

const TIME =
  /^(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/i;

/** RFC 3339; the offset and the seconds may be missing, since many APIs do without. */
function isDateTime(text: string): boolean {
  return /^.{10}[T ]/i.test(text) && isDate(text.slice(0, 10)) && TIME.test(text.slice(11));
}

function isIpv4(text: string): boolean {
  return /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split(".").every((byte) => Number(byte) <= 255);
}

const FORMATS: Readonly<Record<string, FormatCheck>> = {
  "date": { holds: isDate, expected: "a date such as 2026-01-31" },
  "date-time": { holds: isDateTime, expected: "a date and time such as 2026-01-31T12:00:00Z" },
  "time": { holds: (text) => TIME.test(text), expected: "a time such as 12:00:00" },
  "uuid": {
    holds: (text) => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text),
    expected: "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
  },
  "email": { holds: (text) => /^[^\s@]+@[^\s@]+$/.test(text), expected: "an e-mail address" },
  "uri": {
    holds: (text) => /^[a-z][a-z\d+.-]*:\S+$/i.test(text),
    expected: "an absolute address such as https://example.com/a",
  },
  "ipv4": { holds: isIpv4, expected: "an IPv4 address" },
  "ipv6": {
    // The longest has 45 characters; trying more of them would take ever longer.
    holds: (text) =>
      text.length <= 45 && text.includes(":") && /^[\da-f:.]+$/i.test(text) &&
      URL.canParse(`http://[${text}]/`),
    expected: "an IPv6 address",
  },
};

/**
 * The check of a format; undefined for one that says nothing that could be checked.
 *
 * @param format The format as the author writes it.
 */
export function formatCheck(format: string): FormatCheck | undefined {
  const name = format.toLowerCase();
  return Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
}
