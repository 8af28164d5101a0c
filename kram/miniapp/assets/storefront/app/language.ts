/** Which language to show: what was chosen here, else Telegram's, else the browser's own. */
import { facts } from "../page/facts";
import { forGood, keep, recall } from "../page/memory";

const SPOKEN = ["uk", "ru", "en"];
const KEY = "kram.language";

/** The same page in the language that is wanted; null when this is the one. */
export function preferredAddress(hostLanguage: string): string | null {
  const address = new URL(location.href);
  if (address.searchParams.has("lang")) return null;
  const wanted = recall<string>(forGood, KEY) ?? hostLanguage.slice(0, 2).toLowerCase();
  if (!SPOKEN.includes(wanted) || wanted === facts.language) return null;
  address.searchParams.set("lang", wanted);
  return address.href;
}

export function rememberChoices(): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[hreflang]") : null;
    if (link) keep(forGood, KEY, link.getAttribute("hreflang"));
  });
}
