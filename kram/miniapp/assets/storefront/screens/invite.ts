/** The link by which friends come, and what it brought. */
import type { App, Screen } from "../app/app";
import { copyOf, fill, find } from "../page/dom";
import { toast } from "../page/toast";
import { say } from "../page/words";
import { offerCart } from "./to-cart";

interface Referral {
  /** Empty where the shop gives nothing for friends. */
  link: string;
  for_you: string;
  for_friend: string;
  rewards: { at: string; amount: string }[];
}

export const invite: Screen = (main, app, signal) => {
  offerCart(app, signal);
  void show(main, app, signal);
};

/** Null for a guest, and where the shop gives nothing. */
export async function ownReferral(app: App, signal: AbortSignal): Promise<Referral | null> {
  if (app.host.name !== "telegram") return null;
  const answer = await app.api.call<Referral>("/referral", { signal });
  return answer.link ? answer : null;
}

async function show(main: HTMLElement, app: App, signal: AbortSignal): Promise<void> {
  try {
    const referral = await ownReferral(app, signal);
    find(main, "[data-bones]").hidden = true;
    find(main, "[data-none]").hidden = referral !== null;
    if (referral) draw(find(main, "[data-invite]"), referral, app, signal);
  } catch (error) {
    if (!signal.aborted) app.report(error);
  }
}

function draw(shown: HTMLElement, referral: Referral, app: App, signal: AbortSignal): void {
  const { link, for_you: you, for_friend: friend, rewards } = referral;
  shown.hidden = false;
  find(shown, "[data-promise]").textContent = friend ? say("both_get", { friend, you }) : say("you_get", { you });
  const field = find<HTMLInputElement>(shown, "[data-link]");
  field.value = link;
  field.addEventListener("focus", () => field.select(), { signal });
  const words = say("invite_words", { shop: shown.dataset["shop"] ?? "" });
  find(shown, "[data-share]").addEventListener("click", () => app.host.share(link, words), { signal });
  find(shown, "[data-copy]").addEventListener("click", () => void copy(field, app), { signal });
  find(shown, "[data-no-rewards]").hidden = rewards.length > 0;
  const items = rewards.map((reward) => fill(copyOf("reward"), { ...reward }));
  find(shown, "[data-rewards]").replaceChildren(...items);
}

/** Some web views keep the clipboard from us: then the link is selected, to be copied by hand. */
async function copy(field: HTMLInputElement, app: App): Promise<void> {
  try {
    await navigator.clipboard.writeText(field.value);
    app.host.feel("success");
    toast(say("copied"));
  } catch {
    field.focus();
  }
}
