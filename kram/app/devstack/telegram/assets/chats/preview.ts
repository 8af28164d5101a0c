/** The last message in one line. */

import type { Message } from "../api/types";
import { sum, word, type Language } from "../words/words";

export function preview(message: Message, language: Language): string {
  const text = message.text ?? message.caption;
  if (text) return text.replace(/\s+/g, " ");
  if (message.photo) return word(language, "photo");
  if (message.document) return message.document.file_name ?? word(language, "file");
  if (message.contact) return word(language, "contact");
  if (message.location) return word(language, "location");
  if (message.invoice) return `${word(language, "invoice")}: ${message.invoice.title}`;
  return service(message, language) ?? "";
}

/** What a service message says, or null for an ordinary one. */
export function service(message: Message, language: Language): string | null {
  const paid = message.successful_payment;
  if (paid) {
    const total = sum(language, paid.total_amount, paid.currency);
    return word(language, "paid", { sum: total });
  }
  const back = message.refunded_payment;
  if (back) return word(language, "refunded", { sum: sum(language, back.total_amount, back.currency) });
  if (message.new_chat_members) {
    return word(language, "joined", { name: message.new_chat_members[0]?.first_name ?? "" });
  }
  if (message.left_chat_member) {
    return word(language, "left", { name: message.left_chat_member.first_name });
  }
  if (message.write_access_allowed) return word(language, "write_allowed");
  if (message.managed_bot_created) {
    return word(language, "bot_created", { name: `@${message.managed_bot_created.bot.username}` });
  }
  if (message.web_app_data) {
    return word(language, "data_sent", { name: message.web_app_data.button_text });
  }
  return null;
}
