/** The storefront's script: finds out where it runs and brings the page to life. */
import { start } from "./storefront/app/start";

start();
