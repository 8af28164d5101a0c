/** The ways a Mini App is opened. */

import { apps, Refusal, type Launch } from "../api/client";
import type { User } from "../api/types";
import type { Phone } from "../device/phone";
import { scheme } from "../dom/theme";
import { handlers } from "./host/handlers";
import { MiniApp } from "./mini_app";

interface Way {
  url?: string;
  start_param?: string;
  keyboard_button?: boolean;
  /** Opens over the whole phone at once instead of three quarters of it. */
  whole: boolean;
  /** The text of the reply-keyboard button, under which data goes back to the bot. */
  buttonText?: string;
}

/** From a button under a message, or (`whole`) from the menu button. */
export const openButton = (phone: Phone, bot: User, url: string, whole = false): Promise<void> =>
  open(phone, bot, { url, whole });

/** From a key of the reply keyboard: without init data, as in Telegram. */
export const openKeyboardApp = (phone: Phone, bot: User, url: string, text: string): Promise<void> =>
  open(phone, bot, { url, keyboard_button: true, whole: false, buttonText: text });

/** From a `t.me/bot?startapp=…` link. */
export const openDirect = (phone: Phone, bot: User, startParam: string): Promise<void> =>
  open(phone, bot, { ...(startParam ? { start_param: startParam } : {}), whole: true });

export const openMain = (phone: Phone, bot: User): Promise<void> => open(phone, bot, { whole: true });

async function open(phone: Phone, bot: User, way: Way): Promise<void> {
  const { whole, buttonText, ...rest } = way;
  if (phone.app && !(await phone.app.requestClose())) return;
  const launch: Launch = { bot: bot.id, user_id: phone.person.id, color_scheme: scheme(), ...rest };
  try {
    const { url } = await apps.launch(launch);
    const opened = { url, whole, buttonText: buttonText ?? null };
    phone.app = new MiniApp(phone, bot, opened, handlers);
  } catch (error) {
    phone.toast(error instanceof Refusal ? phone.word("no_app") : String(error));
  }
}
