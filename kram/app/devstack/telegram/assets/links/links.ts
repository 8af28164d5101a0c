/** Where a link leads: inside Telegram for t.me, outside for the rest. */

import { people } from "../api/client";
import type { User } from "../api/types";
import { openDirect } from "../app/open";
import type { Phone } from "../device/phone";
import { icon } from "../dom/icons";
import { make } from "../dom/make";
import { confirm } from "../sheets/dialog";
import { payLink } from "../sheets/invoice";
import { newBot } from "../sheets/new_bot";
import { newGroup } from "../sheets/new_group";
import { parse, type Target } from "./parse";

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

async function openBot(phone: Phone, link: Extract<Target, { kind: "bot" }>): Promise<void> {
  const bot = await find(link.username);
  if (!bot) {
    phone.toast(phone.word("bot_missing", { name: link.username }));
  } else if (link.startGroup !== null) {
    await newGroup(phone, bot.id, link.startGroup);
  } else if (link.startApp !== null) {
    await openDirect(phone, bot, link.startApp);
  } else {
    await phone.open(phone.chatWith(bot.id), link);
  }
}

async function find(username: string): Promise<User | undefined> {
  const all = await people.directory();
  return all.find((bot) => bot.username?.toLowerCase() === username.toLowerCase());
}

async function openOutside(phone: Phone, url: string): Promise<void> {
  const shown = make("p.link-shown", {}, icon("link", 18), make("span", {}, url));
  const title = phone.word("open_link_title");
  const agreed = await confirm(phone, title, "", phone.word("open"), "strong", shown);
  if (agreed) window.open(url, "_blank", "noopener");
}
