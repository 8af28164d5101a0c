/** Deep links: t.me/<bot>?startapp=p_<slug> opens that product. */
import { to } from "../page/facts";
import { forThisVisit, keep, recall } from "../page/memory";

const SHAPE = /^[\w-]{0,512}$/;
const PAGES: Record<string, string> = { p: "/p/", c: "/c/", o: "/orders/" };
const KEY = "kram.linked";

/** Null without a link, for one that makes no sense, and for one that was followed before. */
export function linkedPage(startParam: string): string | null {
  const match = SHAPE.test(startParam) ? /^([pco])_(.+)$/.exec(startParam) : null;
  const folder = PAGES[match?.[1] ?? ""];
  if (!match || !folder || recall<string>(forThisVisit, KEY) === startParam) return null;
  keep(forThisVisit, KEY, startParam); // a reload stays where the shopper is
  return to(folder + match[2]);
}
