/** A face that is always the right one, once the person agrees. */

import { remember, remembered } from "../../dom/settings";
import { confirm } from "../../sheets/dialog";
import type { Handlers, MiniApp } from "../mini_app";
import type { Data } from "../protocol";

export const biometryHandlers: Handlers = {
  web_app_biometry_get_info: (app) => tellInfo(app),
  web_app_biometry_open_settings: (app) => requestAccess(app, {}),
  web_app_biometry_request_access: requestAccess,
  web_app_biometry_request_auth: authenticate,
  web_app_biometry_update_token: updateToken,
};

const name = (app: MiniApp, what: string): string =>
  `biometry.${what}.${app.bot.id}.${app.phone.person.id}`;

function tellInfo(app: MiniApp): void {
  const access = remembered(name(app, "access"));
  app.post("biometry_info_received", {
    available: true,
    type: "face",
    access_requested: access !== null,
    access_granted: access === "yes",
    token_saved: Boolean(remembered(name(app, "token"))),
    device_id: `kram-phone-${app.phone.person.id}`,
  });
}

async function requestAccess(app: MiniApp, data: Data): Promise<void> {
  const { phone } = app;
  const reason = String(data["reason"] ?? "");
  const agreed = await confirm(phone, phone.word("biometry_title"), reason, phone.word("allow"));
  remember(name(app, "access"), agreed ? "yes" : "no");
  tellInfo(app);
}

async function authenticate(app: MiniApp, data: Data): Promise<void> {
  const { phone } = app;
  const reason = String(data["reason"] ?? "");
  const agreed = await confirm(phone, phone.word("biometry_title"), reason, phone.word("ok"));
  const token = remembered(name(app, "token")) ?? "";
  app.post("biometry_auth_requested", agreed ? { status: "authorized", token } : { status: "failed" });
}

function updateToken(app: MiniApp, data: Data): void {
  const token = String(data["token"] ?? "");
  remember(name(app, "token"), token);
  app.post("biometry_token_updated", { status: token ? "updated" : "removed" });
}
