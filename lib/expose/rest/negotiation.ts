/**
 * Content negotiation: whether a caller takes what an operation gives, found out before anything is called (RFC 9110 §12.5).
 *
 * @module
 */

/** One range of an Accept header. */
interface Range {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

/** Callers send the same header again and again. */
let lastAccept = "", lastRanges: readonly Range[] = [];

function rangesOf(accept: string): readonly Range[] {
  if (accept !== lastAccept) {
    lastRanges = readRanges(accept);
    lastAccept = accept;
  }
  return lastRanges;
}

function readRanges(accept: string): Range[] {
  return accept.split(",").flatMap((part) => {
    const [range = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const [type, subtype] = range.split("/");
    if (!type || !subtype) return [];
    const q = parameters.find((text) => text.startsWith("q="));
    const quality = q === undefined ? 1 : Number(q.slice(2));
    return [{ type, subtype, quality: Number.isFinite(quality) ? quality : 1 }];
  });
}

/** Kinds of JSON: whoever takes one of them reads JSON. */
const OF_JSON = /^(?:.+\+)?json$/;

/** How exactly a range names a type: 4 as such, 3 as a kind of JSON, 2 by its first half, 1 for anything; 0 where it does not. */
function exactness({ type, subtype }: Range, offer: string): number {
  if (type === "*") return subtype === "*" ? 1 : 0;
  if (`${type}/${subtype}` === offer) return 4;
  if (offer === "application/json" && OF_JSON.test(subtype)) return 3;
  const [offeredType] = offer.split("/");
  return type === offeredType && subtype === "*" ? 2 : 0;
}

/**
 * Whether a caller takes one of the media types that are offered.
 *
 * @param accept The Accept header; null where there is none.
 * @param offers The media types, without parameters, in small letters.
 */
export function takesOneOf(accept: string | null, offers: readonly string[]): boolean {
  // Nearly every client says nothing, or that it takes anything.
  if (accept === null || accept === "*/*") return true;
  const ranges = rangesOf(accept);
  if (ranges.length === 0) return true;
  return offers.some((offer) => {
    let best = 0, quality = 0;
    for (const range of ranges) {
      const exact = exactness(range, offer);
      if (exact > best) {
        best = exact;
        quality = range.quality;
      }
    }
    return quality > 0;
  });
}
