/** One line of the list. */

import type { ChatView, User } from "../api/types";
import type { Phone } from "../device/phone";
import { avatar } from "../dom/avatar";
import { make } from "../dom/make";
import { preview } from "./preview";
import { shortDate } from "./time";

export function chatRow(phone: Phone, chat: ChatView): HTMLElement {
  const last = chat.last_message;
  const mine = last?.from?.id === phone.person.id;
  const author = mine ? phone.word("you") : chat.type !== "private" ? last?.from?.first_name : "";
  return row(
    { "data-chat": chat.key, onclick: () => void phone.open(chat.key) },
    avatar(chat.title, chat.bot?.id ?? chat.id, chat.photo),
    make(
      "span.row-text",
      {},
      make(
        "span.row-top",
        {},
        make("strong", {}, chat.title),
        last && make("time", {}, shortDate(last.date, phone.language)),
      ),
      make(
        "span.row-bottom",
        {},
        make(
          "span.row-preview",
          {},
          author ? make("span.row-author", {}, `${author}: `) : null,
          last ? preview(last, phone.language) : phone.word("empty_group"),
        ),
        chat.unread > 0 && make("span.badge", {}, String(chat.unread)),
      ),
    ),
  );
}

/** A bot that the person has not talked to. */
export function foundRow(phone: Phone, bot: User): HTMLElement {
  return row(
    { onclick: () => void phone.open(phone.chatWith(bot.id)) },
    avatar(bot.first_name, bot.id),
    make(
      "span.row-text",
      {},
      make("span.row-top", {}, make("strong", {}, bot.first_name)),
      make("span.row-bottom", {}, make("span.row-preview", {}, `@${bot.username}`)),
    ),
  );
}

function row(properties: Record<string, unknown>, ...children: HTMLElement[]): HTMLElement {
  return make("div", { role: "listitem" }, make("button.row", properties, ...children));
}
