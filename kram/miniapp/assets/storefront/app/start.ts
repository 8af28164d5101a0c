import { CartStore } from "../cart/store";
import { BrowserHost } from "../host/browser";
import type { Host } from "../host/host";
import { telegramHost } from "../host/telegram";
import { Api } from "../net/api";
import { Session } from "../net/session";
import { find } from "../page/dom";
import { facts } from "../page/facts";
import { screens } from "../screens/screens";
import { ActionBar } from "./action";
import type { App } from "./app";
import { showCart } from "./badge";
import { reporter } from "./failures";
import { makeRoomForKeyboard } from "./keyboard";
import { preferredAddress, rememberChoices } from "./language";
import { linkedPage } from "./links";
import { Navigation } from "./navigation";

export function start(): void {
  const host = telegramHost(facts.paints) ?? new BrowserHost();
  dress(host);
  host.ready();
  const better = preferredAddress(host.language);
  if (better) return location.replace(better);
  rememberChoices();
  makeRoomForKeyboard();
  const app = assemble(host);
  open(app);
  showCart(app);
  app.navigation.start();
  const linked = linkedPage(host.startParam);
  if (linked) void app.navigation.go(linked);
  app.cart.load().catch(app.report);
}

function assemble(host: Host): App {
  const report = reporter(host);
  const api = new Api(new Session(host.initData));
  const app: App = {
    host,
    api,
    cart: new CartStore(api, report, host.person),
    action: new ActionBar(host, report),
    navigation: new Navigation(() => open(app), report),
    report,
  };
  host.onScheme((scheme) => {
    document.documentElement.dataset["scheme"] = scheme;
    app.action.draw(); // Telegram's button carries the shop's colour of that scheme
  });
  return app;
}

function dress(host: Host): void {
  document.documentElement.dataset["host"] = host.name;
  document.documentElement.toggleAttribute("data-calm", host.calm);
}

let leave = new AbortController();

/** The page that is in the document now. */
function open(app: App): void {
  leave.abort();
  leave = new AbortController();
  const main = find(document, "#main");
  app.action.show(null);
  app.host.guardClosing(false);
  app.host.showBack(app.navigation.isRoot ? null : () => app.navigation.back());
  screens[main.dataset["screen"] ?? ""]?.(main, app, leave.signal);
}
