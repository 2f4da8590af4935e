import './styles.css';
import { copyOnPress } from './copy.js';
import { countDown } from './clock.js';
import { checkWhileTyping, sendOnce } from './form.js';
import { followPayin } from './follow.js';
import { goBackSoon } from './back.js';
import { searchBanks } from './banks.js';

/** Everything that the pages do by script; all of it works on what the service wrote, and again when that is replaced. */
copyOnPress();
sendOnce();
searchBanks();
checkWhileTyping();
countDown();
goBackSoon();
followPayin();
