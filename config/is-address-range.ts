import { isIP } from 'node:net';
import { buildMessage, ValidateBy, type ValidationOptions } from 'class-validator';

/** An IP address, or a range of them: `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`. Not the range of all addresses. */
export function IsAddressRange(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isAddressRange',
      validator: {
        validate: isAddressRange,
        defaultMessage: buildMessage(() => '$property must be addresses or ranges such as 10.0.0.0/8', options),
      },
    },
    options,
  );
}

export function isAddressRange(value: unknown): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(typeof value === 'string' ? value : '') ?? [];
  const version = isIP(address);
  // An IPv4 address is written as one, and no address has a zone here.
  if (version === 0 || /^::ffff:/i.test(address) || address.includes('%')) return false;
  return bits === undefined || (Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128));
}
