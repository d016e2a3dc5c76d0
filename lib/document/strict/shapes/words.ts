/**
 * The wordings of names, references, addresses and dates.
 *
 * @module
 */
import { number, text, type TextPattern } from "../notation.ts";

/** A name of letters, digits and hyphens. */
export const KEBAB: TextPattern = { pattern: /^[A-Za-z\d-]+$/u, says: "letters, digits and hyphens" };

/** A name that may have underscores and asterisks too. */
export const EXTENDED: TextPattern = {
  pattern: /^[*_A-Za-z\d-]+$/u,
  says: "letters, digits, hyphens, underscores and asterisks",
};

/** The name of a bound variable. */
export const VARIABLE: TextPattern = {
  pattern: /^[A-Z][A-Z_\d]*$/u,
  says: "capital letters, digits and underscores, a letter first",
};

/** Text with the wording {@link KEBAB}. */
export const kebab = text({ wording: KEBAB });

/** Text with the wording {@link EXTENDED}. */
export const extended = text({ wording: EXTENDED });

/** A reference to an operation or a flow: `namespace.name`. */
export const reference = text({
  wording: { pattern: /^[A-Za-z\d-]+\.[A-Za-z\d-]+$/u, says: "a reference of the form `namespace.name`" },
});

/** A dotted path of names. */
export const dotted = text({
  wording: { pattern: /^[._A-Za-z\d-]+$/u, says: "names with dots between them" },
});

/** A URI of a file. */
export const fileUri = text({
  wording: { pattern: /^file:\/{3}/u, says: "a URI that begins with `file:///`" },
});

/** A URI of any scheme. */
export const uri = text({
  wording: { pattern: /^[A-Za-z][A-Za-z\d+.-]*:\/\//u, says: "a URI with its scheme, such as `file:///…`" },
});

/** The base URI of an API. */
export const baseUri = text({
  wording: {
    pattern: /^https?:\/\/[^/]+(?:\/[^{]*)?$/u,
    says: "an http or https URI without a `{` in its path",
  },
});

const label = "[A-Za-z\\d](?:[A-Za-z\\d-]{0,61}[A-Za-z\\d])?";
const hex = "[A-Fa-f\\d]{0,4}";

/** A host name or an IP address. A dotted IPv4 address is worded like a host name. */
export const address = text({
  wording: {
    pattern: new RegExp(`^(?:${label}(?:\\.${label})*|(?:${hex}:){2,7}${hex})$`, "u"),
    says: "a host name or an IP address",
  },
});

/** A port. */
export const port = number({ whole: true, least: 1, most: 65535 });

/** A day. */
export const day = text({
  wording: {
    pattern: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/u,
    says: "a date of the form YYYY-MM-DD",
  },
});

/** An e-mail address. */
export const email = text({
  wording: { pattern: /^[\w.%+-]+@[A-Za-z\d.-]+\.[A-Za-z]{2,}$/u, says: "an e-mail address" },
});

/** A size in bytes. */
export const size = text({
  wording: { pattern: /^\d+(?:\.\d+)?(?:[KMG]i)?B$/u, says: "a size with its unit, such as `10MiB`" },
});

const token = "[A-Za-z\\d!#$&^_.+-]+";

/** The wording of a media type with its parameters. */
export const MEDIA_TYPE: TextPattern = {
  pattern: new RegExp(`^${token}/${token}(?:\\s*;\\s*${token}=(?:${token}|"[^"]*"))*$`, "u"),
  says: "a media type, such as `image/png`",
};

/** A media type. */
export const mediaType = text({ wording: MEDIA_TYPE });
