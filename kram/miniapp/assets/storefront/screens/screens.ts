import type { Screen } from "../app/app";
import { cart } from "./cart";
import { checkout } from "./checkout";
import { favourites } from "./favourites";
import { invite } from "./invite";
import { list } from "./list";
import { order } from "./order";
import { orders } from "./orders";
import { product } from "./product";
import { profile } from "./profile";

/** By the `data-screen` of the page's main element. Pages without one need no script. */
export const screens: Record<string, Screen> = {
  list,
  product,
  cart,
  checkout,
  order,
  orders,
  profile,
  favourites,
  invite,
};
