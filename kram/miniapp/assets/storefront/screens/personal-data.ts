/** All that is known of the shopper, in a file; and their end here. */
import type { App } from "../app/app";
import { find } from "../page/dom";
import { to } from "../page/facts";
import { toast } from "../page/toast";
import { say } from "../page/words";

const ASK_AGAIN_MS = 3_000;

interface FileAnswer {
  waiting: boolean;
  url: string | null;
}

export function personalData(main: HTMLElement, app: App, signal: AbortSignal): void {
  const ask = find<HTMLButtonElement>(main, "[data-file]");
  ask.addEventListener("click", () => void prepare(main, app, signal), { signal });
  const erase = find(main, "[data-erase]");
  erase.addEventListener("click", () => void forget(main, app), { signal });
  if (app.api.isKnown) void look(main, app, signal);
}

async function prepare(main: HTMLElement, app: App, signal: AbortSignal): Promise<void> {
  try {
    toast(say("file_waits"));
    await show(main, app, signal, await app.api.call<FileAnswer>("/profile/file", { method: "POST" }));
  } catch (error) {
    if (!signal.aborted) app.report(error);
  }
}

async function look(main: HTMLElement, app: App, signal: AbortSignal): Promise<void> {
  try {
    await show(main, app, signal, await app.api.call<FileAnswer>("/profile/file", { signal }));
  } catch (error) {
    if (!signal.aborted) app.report(error);
  }
}

async function show(
  main: HTMLElement,
  app: App,
  signal: AbortSignal,
  answer: FileAnswer,
): Promise<void> {
  find<HTMLButtonElement>(main, "[data-file]").disabled = answer.waiting;
  const link = find<HTMLAnchorElement>(main, "[data-download]");
  link.hidden = !answer.url;
  link.href = answer.url ?? "";
  if (!answer.waiting) return;
  await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  if (!signal.aborted) await look(main, app, signal);
}

async function forget(main: HTMLElement, app: App): Promise<void> {
  if (!(await app.host.ask(say("erase_question"), say("erase_yes")))) return;
  const keeps = find<HTMLInputElement>(main, "[data-keep-reviews]").checked;
  try {
    await app.api.call("/profile/erase", { method: "POST", body: { keeps_reviews: keeps } });
    toast(say("erased"));
    location.assign(to("/"));
  } catch (error) {
    app.report(error);
  }
}
