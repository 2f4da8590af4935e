import { TextInput, type TextInputProps } from '@mantine/core';

interface CodeInputProps extends Pick<TextInputProps, 'label' | 'description' | 'autoFocus'> {
  value: string;
  /** Without the spaces that an app shows within it. */
  onType: (code: string) => void;
  /** No recovery code is taken: those have letters, which a keypad of digits cannot type. */
  digitsOnly?: boolean;
}

/** For the code of an authenticator, which the browser may fill in, or a recovery code. */
export function CodeInput({ onType, digitsOnly = false, ...input }: CodeInputProps) {
  return (
    <TextInput
      {...input}
      autoComplete="one-time-code"
      inputMode={digitsOnly ? 'numeric' : 'text'}
      required
      withAsterisk={false}
      onChange={(event) => onType(event.currentTarget.value.replaceAll(' ', ''))}
    />
  );
}
