/** The buttons under a message. */

import { chats as api, money, reasonOf } from "../api/client";
import type { InlineButton, Message } from "../api/types";
import { openButton } from "../app/open";
import { icon, type IconName } from "../dom/icons";
import { make } from "../dom/make";
import { ask } from "../sheets/dialog";
import { shareInline } from "../sheets/inline_results";
import { payInvoice } from "../sheets/invoice";
import { sum } from "../words/words";
import type { Talk } from "./talk";

export function inlineKeyboard(talk: Talk, message: Message): HTMLElement | null {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  const lines = rows.map((row) =>
    make("div.inline-row", {}, ...row.map((button) => inlineButton(talk, message, button))),
  );
  return make("div.inline-keyboard", {}, ...lines);
}

function inlineButton(talk: Talk, message: Message, button: InlineButton): HTMLElement {
  const corner = sign(button);
  const element: HTMLButtonElement = make(
    "button.inline-button",
    { "data-style": button.style ?? "", disabled: button.disabled !== undefined },
    make("span", {}, label(talk, message, button)),
    corner ? icon(corner, 14) : null,
  );
  element.addEventListener("click", () => void act(talk, message, button, element));
  return element;
}

/** A plain Pay button names the sum, as Telegram's clients do. */
function label(talk: Talk, message: Message, button: InlineButton): string {
  const { invoice } = message;
  if (!button.pay || !invoice || button.text !== "Pay") return button.text;
  const total = sum(talk.phone.language, invoice.total_amount, invoice.currency);
  return talk.phone.word("pay", { sum: total });
}

function sign(button: InlineButton): IconName | null {
  if (button.web_app) return "app";
  if (button.url) return "link";
  if (button.pay) return "pay";
  if (button.copy_text) return "copy";
  if (button.switch_inline_query !== undefined) return "share";
  return null;
}

async function act(
  talk: Talk,
  message: Message,
  button: InlineButton,
  element: HTMLButtonElement,
): Promise<void> {
  const { phone } = talk;
  const bot = message.via_bot ?? message.from;
  try {
    if (button.callback_data !== undefined) await tap(talk, message, button.callback_data, element);
    else if (button.web_app && bot) await openButton(phone, bot, button.web_app.url);
    else if (button.url) await phone.follow(button.url);
    else if (button.pay) await payInvoice(phone, await money.invoiceOf(talk.chat.key, message.message_id));
    else if (button.copy_text) await phone.copy(button.copy_text.text);
    else if (bot && button.switch_inline_query !== undefined) {
      await shareInline(phone, bot, button.switch_inline_query, null);
    } else if (bot && button.switch_inline_query_current_chat !== undefined) {
      await shareInline(phone, bot, button.switch_inline_query_current_chat, talk.chat.key);
    }
  } catch (error) {
    phone.toast(reasonOf(error));
  }
}

async function tap(
  talk: Talk,
  message: Message,
  data: string,
  element: HTMLButtonElement,
): Promise<void> {
  const { phone } = talk;
  element.classList.add("waiting");
  element.setAttribute("aria-busy", "true");
  const done = (): void => {
    element.classList.remove("waiting");
    element.removeAttribute("aria-busy");
  };
  const tapped = api.tap(talk.chat.key, phone.person.id, message.message_id, data);
  const { answer } = await tapped.finally(done);
  if (answer?.url) await phone.follow(answer.url);
  if (!answer?.text) return;
  if (answer.show_alert) await ask(phone, "", answer.text, [{ id: "ok", text: phone.word("ok"), look: "strong" }]);
  else phone.toast(answer.text);
}
