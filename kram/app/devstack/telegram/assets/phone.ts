/** The page with the phones. */

import { Refusal } from "./api/client";
import type { Boot } from "./api/types";
import { scheme, setScheme } from "./dom/theme";
import { Stage } from "./stage/stage";
import { pageLanguage } from "./words/words";

const boot = JSON.parse(document.body.dataset["boot"] ?? "{}") as Boot;
document.documentElement.lang = pageLanguage();
setScheme(scheme());

const stage = new Stage(boot);
document.body.append(stage.root);
// Any deed may be refused: a blocked bot, a group that is gone. Its phone says why.
addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof Refusal)) return;
  event.preventDefault();
  stage.complain(event.reason.message);
});
void stage.start();
