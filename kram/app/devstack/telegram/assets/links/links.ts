/** Where a link leads: inside Telegram for t.me, outside for the rest. */

import { people } from "../api/client";
import type { User } from "../api/types";
import { openDirect } from "../app/open";
import type { Phone } from "../device/phone";
import { icon } from "../dom/icons";
import { make } from "../dom/make";
import { ask } from "../sheets/dialog";
import { payLink } from "../sheets/invoice";
import { newBot } from "../sheets/new_bot";
import { newGroup } from "../sheets/new_group";
import { parse } from "./parse";

export async function openLink(phone: Phone, url: string): Promise<void> {
  const target = parse(url);
  switch (target.kind) {
    case "invoice":
      await payLink(phone, target.slug);
      return;
    case "newbot":
      newBot(phone, target.manager, target.username, target.name);
      return;
    case "bot":
      return openBot(phone, target);
    case "outside":
      return openOutside(phone, target.url);
    case "unknown":
      phone.toast(phone.word("link_unknown", { url }));
  }
}

type BotLink = Extract<ReturnType<typeof parse>, { kind: "bot" }>;

async function openBot(phone: Phone, link: BotLink): Promise<void> {
  const bot = await find(link.username);
  if (!bot) {
    phone.toast(phone.word("bot_missing", { name: link.username }));
  } else if (link.startGroup !== null) {
    await newGroup(phone, bot.id, link.startGroup);
  } else if (link.startApp !== null) {
    await openDirect(phone, bot, link.startApp);
  } else {
    const talk = await phone.openBot(bot.id);
    if (link.start !== null) talk.offerStart(link.start);
    if (link.text !== null) talk.writeDraft(link.text);
  }
}

async function find(username: string): Promise<User | undefined> {
  const all = await people.directory();
  return all.find((bot) => bot.username?.toLowerCase() === username.toLowerCase());
}

async function openOutside(phone: Phone, url: string): Promise<void> {
  const shown = make("p.link-shown", {}, icon("link", 18), make("span", {}, url));
  const choices = [
    { id: "no", text: phone.word("cancel") },
    { id: "yes", text: phone.word("open"), look: "strong" as const },
  ];
  if ((await ask(phone, phone.word("open_link_title"), "", choices, shown)) === "yes") {
    window.open(url, "_blank", "noopener");
  }
}
