/** The window of the app: ready, size, colours, closing. */

import type { Handlers } from "../mini_app";

export const windowHandlers: Handlers = {
  iframe_ready: (app) => app.ready(),
  web_app_ready: (app) => app.ready(),
  web_app_expand: (app) => app.viewport.expand(),
  web_app_close: (app) => app.destroy(),
  web_app_request_theme: (app) => app.post("theme_changed", { theme_params: app.theme }),
  web_app_request_viewport: (app) => app.viewport.tell(true),
  web_app_request_safe_area: (app) => app.viewport.tellSafeAreas(),
  web_app_request_content_safe_area: (app) => app.viewport.tellSafeAreas(),
  web_app_setup_closing_behavior: (app, data) => {
    app.asksBeforeClosing = data["need_confirmation"] === true;
  },
  web_app_set_header_color: (app, data) =>
    app.colors.set("header", String(data["color"] ?? data["color_key"])),
  web_app_set_background_color: (app, data) => app.colors.set("background", String(data["color"])),
  web_app_set_bottom_bar_color: (app, data) => app.colors.set("bottom", String(data["color"])),
  web_app_request_fullscreen: (app) => {
    if (app.viewport.isFullscreen) app.post("fullscreen_failed", { error: "ALREADY_FULLSCREEN" });
    else app.viewport.setFullscreen(true);
  },
  web_app_exit_fullscreen: (app) => app.viewport.setFullscreen(false),
  web_app_hide_keyboard: (app) => app.phone.glass.focus(),
};
