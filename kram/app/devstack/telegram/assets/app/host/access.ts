/** What an app must ask the person for: messages, the number, the place. */

import { apps, chats } from "../../api/client";
import { remember, remembered } from "../../dom/settings";
import { HERE, mayShareContact } from "../../sheets/consent";
import { confirm } from "../../sheets/dialog";
import type { Handlers, MiniApp } from "../mini_app";
import type { Data } from "../protocol";

export const accessHandlers: Handlers = {
  web_app_request_write_access: requestWriting,
  web_app_request_phone: requestPhone,
  web_app_check_location: (app) => app.post("location_checked", locationAccess(app)),
  web_app_request_location: requestLocation,
  web_app_open_location_settings: askLocation,
  web_app_request_emoji_status_access: (app) =>
    app.post("emoji_status_access_requested", { status: "cancelled" }),
  web_app_set_emoji_status: (app) => app.post("emoji_status_failed", { error: "UNSUPPORTED" }),
  web_app_start_accelerometer: (app) => app.post("accelerometer_failed", { error: "UNSUPPORTED" }),
  web_app_start_gyroscope: (app) => app.post("gyroscope_failed", { error: "UNSUPPORTED" }),
  web_app_start_device_orientation: (app) =>
    app.post("device_orientation_failed", { error: "UNSUPPORTED" }),
};

async function requestWriting(app: MiniApp): Promise<void> {
  const { phone, bot } = app;
  const chat = phone.store.chats.get(phone.chatWith(bot.id));
  const text = phone.word("write_text", { name: bot.first_name });
  const agreed =
    chat?.has_started === true ||
    (await confirm(phone, phone.word("write_title"), text, phone.word("allow")));
  if (agreed) await chats.allowWriting(bot.id, phone.person.id);
  app.post("write_access_requested", { status: agreed ? "allowed" : "cancelled" });
}

async function requestPhone(app: MiniApp): Promise<void> {
  const { phone, bot } = app;
  const agreed = await mayShareContact(phone, bot.first_name);
  if (agreed) {
    await chats.send(phone.chatWith(bot.id), phone.person.id, { own_contact: true });
    app.sharedContact = (await apps.contact(bot.id, phone.person.id)).contact;
  }
  app.post("phone_requested", { status: agreed ? "sent" : "cancelled" });
}

async function requestLocation(app: MiniApp): Promise<void> {
  const granted = await askLocation(app);
  app.post("location_requested", granted ? { available: true, ...HERE } : { available: false });
}

async function askLocation(app: MiniApp): Promise<boolean> {
  const { phone, bot } = app;
  const known = remembered(accessName(app));
  if (known === "yes") return true;
  const text = phone.word("location_text", { name: bot.first_name });
  const granted = await confirm(phone, phone.word("location_title"), text, phone.word("allow"));
  remember(accessName(app), granted ? "yes" : "no");
  return granted;
}

function locationAccess(app: MiniApp): Data {
  const known = remembered(accessName(app));
  return { available: true, access_requested: known !== null, access_granted: known === "yes" };
}

const accessName = (app: MiniApp): string => `location.${app.bot.id}.${app.phone.person.id}`;
