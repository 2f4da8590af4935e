import classes from './checkout.module.css';
import type { Contrast, Draft, Settings } from './draft.js';
import { pathOf } from './logo.js';
import { previewTexts } from './texts.js';

/** A picture of a checkout page: nothing on it does anything. */
export function Preview({
  draft,
  name,
  logo,
  contrast,
}: {
  draft: Draft;
  name: string;
  logo: Settings['logo'];
  contrast: Contrast;
}) {
  const t = previewTexts[draft.language];
  const { color, textOnColor, linkColor } = contrast;
  const help = [draft.supportEmail, draft.supportPhone, draft.supportUrl].map((text) => text.trim()).filter(Boolean);
  return (
    <div className={classes.page} lang={draft.language}>
      <div className={classes.head} style={{ background: color, color: textOnColor }}>
        {logo && (
          <span className={classes.paper}>
            <img className={classes.small} src={pathOf(logo.url)} alt="" width={logo.width} height={logo.height} />
          </span>
        )}
        <strong>{name}</strong>
      </div>
      <div className={classes.body}>
        <span>{t.amount}</span>
        <span className={classes.amount}>$ 50.000</span>
        <span className={classes.pay} style={{ background: color, color: textOnColor, borderColor: linkColor }}>
          {t.pay}
        </span>
        <span className={classes.link}>{t.other}</span>
        {help.length > 0 && (
          <div className={classes.help}>
            <span>{t.help}</span>
            {help.map((text) => (
              <span key={text} className={classes.link}>
                {text}
              </span>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
