/** The client's buttons that an app moves, and the motor. */

import type { Handlers } from "../mini_app";

export const buttonHandlers: Handlers = {
  web_app_setup_main_button: (app, data) => app.bottom.set("main", data),
  web_app_setup_secondary_button: (app, data) => app.bottom.set("secondary", data),
  web_app_setup_back_button: (app, data) => app.top.showBack(data["is_visible"] === true),
  web_app_setup_settings_button: (app, data) => {
    app.hasSettings = data["is_visible"] === true;
  },
  web_app_trigger_haptic_feedback: (app, data) => {
    const strength = data["notification_type"] ?? data["impact_style"] ?? data["type"];
    app.phone.buzz(String(strength));
  },
};
