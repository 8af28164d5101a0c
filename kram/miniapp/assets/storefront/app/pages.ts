/** Pages fetched to be shown inside this one. */
import { find } from "../page/dom";

const FRESH_MS = 4_000;

const fetched = new Map<string, { at: number; page: Promise<Document | null> }>();

/** Null when it cannot be shown inside this one: another release, language, or no page at all. */
export function fetchPage(address: string): Promise<Document | null> {
  const known = fetched.get(address);
  if (known && Date.now() - known.at < FRESH_MS) return known.page;
  const page = load(address);
  fetched.set(address, { at: Date.now(), page });
  page.catch(() => fetched.delete(address));
  if (fetched.size > 20) fetched.delete(fetched.keys().next().value ?? "");
  return page;
}

async function load(address: string): Promise<Document | null> {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (!answer.headers.get("content-type")?.startsWith("text/html")) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return fits(page) ? page : null;
}

function fits(page: Document): boolean {
  if (!page.querySelector("#facts") || !page.querySelector("#main")) return false;
  const parts = ["#facts", "head > style"];
  return (
    release(page) === release(document) &&
    parts.every((part) => find(page, part).textContent === find(document, part).textContent)
  );
}

/** The hashed names of the bundles. */
function release(page: Document): string {
  const script = page.querySelector("script[type=module]")?.getAttribute("src");
  const style = page.querySelector("link[rel=stylesheet]")?.getAttribute("href");
  return `${script} ${style}`;
}
