/** What an app may ask of its client, by the names of the events it posts. */

import type { Handlers } from "../mini_app";
import { accessHandlers } from "./access";
import { biometryHandlers } from "./biometry";
import { buttonHandlers } from "./buttons";
import { dialogHandlers } from "./dialogs";
import { linkHandlers } from "./links";
import { shareHandlers } from "./sharing";
import { storageHandlers } from "./storage";
import { windowHandlers } from "./window";

export const handlers: Handlers = {
  ...accessHandlers,
  ...biometryHandlers,
  ...buttonHandlers,
  ...dialogHandlers,
  ...linkHandlers,
  ...shareHandlers,
  ...storageHandlers,
  ...windowHandlers,
};
