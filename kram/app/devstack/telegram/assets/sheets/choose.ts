/** Picks one of several. */

import type { ChatView } from "../api/types";
import type { Phone } from "../device/phone";
import { avatar } from "../dom/avatar";
import { make, type Child } from "../dom/make";
import { Sheet } from "./sheet";

/** Resolves to the item, or null when none was chosen. `look` is what a row shows. */
export function choose<T>(
  phone: Phone,
  title: string,
  items: T[],
  look: (item: T) => Child[],
  ...above: Child[]
): Promise<T | null> {
  return new Promise((resolve) => {
    const row = (item: T): HTMLElement => {
      const pick = (): void => {
        sheet.close();
        resolve(item);
      };
      return make("button.row", { onclick: pick }, ...look(item));
    };
    const sheet: Sheet = new Sheet(
      phone,
      { label: title, look: "bottom", onDismiss: () => resolve(null) },
      make("h3.sheet-title", {}, title),
      ...above,
      make("div.rows", {}, ...items.map(row)),
    );
  });
}

/** One of the person's chats, to send something to. */
export function chooseChat(phone: Phone, ...above: Child[]): Promise<ChatView | null> {
  const look = (chat: ChatView): Child[] => [
    avatar(chat.title, chat.bot?.id ?? chat.id, chat.photo),
    make("span.row-text", {}, make("strong", {}, chat.title)),
  ];
  return choose(phone, phone.word("share_title"), phone.store.listed(), look, ...above);
}
