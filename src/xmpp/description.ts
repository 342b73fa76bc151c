/** What an entity is and can do, as service discovery tells it (XEP-0030, XEP-0128). */

import { NS } from './ns.ts';
import { escapeXml, tag, type Xml } from './xml.ts';

interface Identity {
  readonly category: string;
  readonly type: string;
  readonly name?: string;
  readonly lang?: string;
}
/** An extension form (XEP-0128); `type` is its FORM_TYPE. */
export interface DescriptionForm {
  readonly type: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
}
export interface Description {
  readonly identities: readonly Identity[];
  readonly features: readonly string[];
  readonly forms?: readonly DescriptionForm[];
}

/** The `<query/>` of disco#info. */
export function discoInfo({ identities, features, forms = [] }: Description, node?: string): Xml {
  return tag(
    'query',
    { xmlns: NS.discoInfo, node },
    ...identities.map(({ category, type, name, lang }) => tag('identity', { category, type, name, 'xml:lang': lang })),
    // XEP-0115 §5.4: who finds a feature twice rejects the whole.
    ...Array.from(new Set(features), (feature) => tag('feature', { var: feature })),
    ...forms.map(resultForm),
  );
}

function resultForm({ type, fields }: DescriptionForm): Xml {
  return tag(
    'x',
    { xmlns: NS.dataForms, type: 'result' },
    tag('field', { var: 'FORM_TYPE', type: 'hidden' }, tag('value', {}, escapeXml(type))),
    ...Object.entries(fields).map(([name, values]) =>
      tag('field', { var: name }, ...values.map((value) => tag('value', {}, escapeXml(value)))),
    ),
  );
}
