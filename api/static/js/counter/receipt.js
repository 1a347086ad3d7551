/** The receipt: printed by button or key. */
import { one } from "../dom.js";
import { onKey } from "../keys.js";

const print = () => window.print();
one("[data-print]").addEventListener("click", print);
onKey("p", print);
