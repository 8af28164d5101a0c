/** Picks one of the person's chats. */

import type { ChatView } from "../api/types";
import type { Phone } from "../device/phone";
import { avatar } from "../dom/avatar";
import { make, type Child } from "../dom/make";
import { Sheet } from "./sheet";

/** Resolves to the chat, or null when none was chosen. */
export function chooseChat(
  phone: Phone,
  title: string,
  chats: ChatView[],
  ...above: Child[]
): Promise<ChatView | null> {
  return new Promise((resolve) => {
    const rows = chats.map((chat) =>
      make(
        "button.row",
        {
          onclick: () => {
            sheet.close();
            resolve(chat);
          },
        },
        avatar(chat.title, chat.bot?.id ?? chat.id, chat.photo),
        make("span.row-text", {}, make("strong", {}, chat.title)),
      ),
    );
    const sheet: Sheet = new Sheet(
      phone,
      { label: title, look: "bottom", onDismiss: () => resolve(null) },
      make("h3.sheet-title", {}, title),
      ...above,
      make("div.rows", {}, ...rows),
    );
  });
}
