/** The message that another one answers, in short. */

import type { Message } from "../api/types";
import { preview } from "../chats/preview";
import type { Phone } from "../device/phone";
import { make } from "../dom/make";

export function answered(message: Message, phone: Phone): HTMLElement {
  const name = make("strong", {}, message.from?.first_name ?? "");
  return make("span.bubble-answer", {}, name, make("span", {}, preview(message, phone.language)));
}
