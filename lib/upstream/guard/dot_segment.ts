/**
 * Segments of a path that lead out of where they are.
 *
 * @module
 */

/**
 * A `.` or `..` segment, plain or percent-encoded any number of times, between slashes of either kind. Some servers
 * take what follows a semicolon out of a segment before they resolve it, so `..;x` is one as well.
 */
const DOT_SEGMENT = /(?:^|[/\\]|%(?:25)*(?:2f|5c))(?:\.|%(?:25)*2e){1,2}(?=$|[/\\;]|%(?:25)*(?:2f|5c|3b))/i;

/**
 * Whether a path, or a value that goes into one, has a segment that could lead out of where it is.
 *
 * @param path The text as it would be sent, or before it is encoded.
 */
export function leavesItsPlace(path: string): boolean {
  return DOT_SEGMENT.test(path);
}
