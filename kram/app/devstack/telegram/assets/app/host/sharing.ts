/** Sharing a prepared message, stories, the home screen. */

import { apps, Refusal } from "../../api/client";
import { remember, remembered } from "../../dom/settings";
import { chooseChat } from "../../sheets/choose";
import { confirm } from "../../sheets/dialog";
import { resultCard } from "../../sheets/inline_results";
import { make } from "../../dom/make";
import type { Handlers, MiniApp } from "../mini_app";
import type { Data } from "../protocol";

export const shareHandlers: Handlers = {
  web_app_send_prepared_message: share,
  web_app_share_to_story: (app, data) =>
    app.phone.toast(app.phone.word("story", { url: String(data["media_url"]) })),
  web_app_add_to_home_screen: addHome,
  web_app_check_home_screen: (app) => {
    const status = remembered(homeName(app)) === "yes" ? "added" : "missed";
    app.post("home_screen_checked", { status });
  },
};

async function share(app: MiniApp, data: Data): Promise<void> {
  const { phone } = app;
  const id = String(data["id"]);
  try {
    const result = await apps.prepared(id, phone.person.id);
    const shown = make("div.share-card", {}, resultCard(result));
    const chat = await chooseChat(phone, shown);
    if (!chat) {
      app.post("prepared_message_failed", { error: "USER_DECLINED" });
      return;
    }
    await apps.share(id, phone.person.id, chat.key);
    app.post("prepared_message_sent");
    phone.toast(phone.word("shared"));
  } catch (error) {
    const reason = error instanceof Refusal ? error.message : "MESSAGE_SEND_FAILED";
    app.post("prepared_message_failed", { error: reason });
  }
}

async function addHome(app: MiniApp): Promise<void> {
  const { phone, bot } = app;
  if (!(await confirm(phone, phone.word("home_title"), bot.first_name, phone.word("app_home")))) return;
  remember(homeName(app), "yes");
  app.post("home_screen_added");
  phone.toast(phone.word("home_added"));
}

const homeName = (app: MiniApp): string => `home.${app.bot.id}.${app.phone.person.id}`;
