/** Keys, codes and files of a paid order: read and downloaded one by one. */
import type { App } from "../app/app";
import { all, copyOf, fill, find } from "../page/dom";
import { toast } from "../page/toast";
import { say } from "../page/words";

export interface Given {
  id: string;
  kind: "files" | "key" | "card";
  name: string;
  note: string;
  ready: boolean;
  seen: boolean;
  files: { id: string; name: string; note: string; can_load: boolean }[];
}

/** What was read stays on the screen when the page is drawn anew. */
const opened = new Map<string, string>();

export function drawGiven(shown: HTMLElement, given: Given[], app: App, path: string): void {
  find(shown, "[data-given]").hidden = given.length === 0;
  const items = given.map((each) => (each.kind === "files" ? files(each, app, path) : secret(each, app, path)));
  find(shown, "[data-given-list]").replaceChildren(...items);
}

function secret(given: Given, app: App, path: string): HTMLElement {
  const item = fill(copyOf("given-secret"), { name: given.name, note: given.note, waiting: !given.ready });
  const button = find(item, "[data-open]");
  button.hidden = !given.ready;
  const known = opened.get(given.id);
  if (known !== undefined) reveal(item, known);
  button.addEventListener("click", () => void open(given, item, app, path));
  find(item, "[data-copy]").addEventListener("click", () => void copy(opened.get(given.id) ?? ""));
  return item;
}

async function open(given: Given, item: HTMLElement, app: App, path: string): Promise<void> {
  try {
    const { text } = await app.api.call<{ text: string }>(`${path}/given/${given.id}/open`, { method: "POST" });
    opened.set(given.id, text);
    reveal(item, text);
    find(item, "[data-copy]").focus();
  } catch (error) {
    app.report(error);
  }
}

function reveal(item: HTMLElement, text: string): void {
  fill(item, { text });
  find(item, "[data-open]").hidden = true;
  find(item, "[data-text-here]").hidden = false;
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(say("copied"));
  } catch {
    toast(say("copy_by_hand"));
  }
}

function files(given: Given, app: App, path: string): HTMLElement {
  const item = fill(copyOf("given-files"), { name: given.name, note: given.note });
  const rows = given.files.map((file) => {
    const row = fill(copyOf("given-file"), { name: file.name, note: file.note });
    const button = find<HTMLButtonElement>(row, "button");
    button.disabled = !file.can_load;
    button.addEventListener("click", () => void load(`${path}/given/${given.id}/files/${file.id}`, app));
    return row;
  });
  for (const list of all(item, "[data-files]")) list.replaceChildren(...rows);
  return item;
}

async function load(address: string, app: App): Promise<void> {
  try {
    const link = await app.api.call<{ url: string; name: string }>(address, { method: "POST" });
    app.host.download(link.url, link.name);
  } catch (error) {
    app.report(error);
  }
}
