/** Whether what stands where a password is expected is one, and not a type, a label, a placeholder or an expression of a program. */

export interface PasswordPlace {
  readonly isQuoted: boolean;
  readonly text: string;
  /** Where the value begins in the text. */
  readonly start: number;
}

/** Words that schemas, forms and programs write where a password would be. */
const NO_PASSWORDS = new Set(
  `string text required optional hidden password passwords passwort kennwort contraseña senha wachtwoord motdepasse invalid incorrect
  missing forgotten forgot confirm reset change update redacted placeholder masked unknown undefined null none true false number boolean
  object value secret username email plain hashed encrypted bcrypt argon2 argon2id sha256 sha512 scrypt pbkdf2 base64 nullable sometimes
  current-password new-password one-time-code password1 password2 newpassword oldpassword userpassword your-password yourpassword
  your_password str_or_none secretstr basestring varchar255 char255 expired unset default empty disabled enabled managed`.split(/\s+/),
);
const PLACEHOLDER =
  /^[$<{[(*%#!@&](?!.*\d)|\$\{|\{\{|<%|%\(|\$\(|^\*+$|^[xX.•*-]+$|^%[a-z]$|^(?:process\.)?env\b|^(?:required|nullable|string)\|/;
const PATH = /^[A-Za-z_$][\w$]*(?:(?:\.|->|::|\?\.)[A-Za-z_$][\w$]*)+[!?]?$/;
const NAME_OF_ONE =
  /^[a-z$][a-z\d$]*(?:_[a-z\d]+)*_?(?:pass(?:word|wd)?|pwd|secret|value|input|env|config|param|arg|hash|field)(?:_\w+)?\d?$|^[a-z]+(?:[A-Z][a-z]+)*(?:Pass(?:word|wd)?|Pwd|Secret|Value|Input|Env|Config|Param|Arg|Hash|Field)\d?$/;
const SPECIAL = /[^\p{L}\p{N}\s_.-]/u;
/** A word with digits behind it is a password; 8-20 and 12.5 are quantities. */
const QUANTITY = /^[\d.,:/-]{1,5}$|^\d+(?:ms|s|px|em|rem|chars?|characters)$/i;

export function isPassword(value: string, { isQuoted, text, start }: PasswordPlace): boolean {
  const least = isQuoted ? 4 : 6;
  if (value.length < least || value.length > 128 || /\s/.test(value)) return false;
  if (NO_PASSWORDS.has(value.toLowerCase()) || PLACEHOLDER.test(value) || QUANTITY.test(value)) return false;
  // PWD is also the name of the working directory.
  if (/^(?:[~.]?\/|[A-Za-z]:\\)/.test(value) || /^https?:/.test(value)) return false;
  if (isQuoted) return !/^\p{Lu}\p{Ll}+$/u.test(value) || value.length > 12;
  if (PATH.test(value) || NAME_OF_ONE.test(value)) return false;
  if (/\d/.test(value) || SPECIAL.test(value.slice(1))) return true;
  // `DB_PASSWORD=letmein` in an env file, and `?password=letmein` in an address.
  return /[A-Z_]=$|[?&]\w{1,20}=$/.test(text.slice(Math.max(0, start - 24), start)) && /^[a-z]+$/i.test(value);
}
