/** A dropped file as the extension reads it. */

/** Bytes of a file at most. */
export const MAX_FILE_BYTES = 20_000_000;

/** Its bytes as base64. @throws {Error} when it is too large or cannot be read. */
export async function base64Of(file: File): Promise<string> {
  if (file.size > MAX_FILE_BYTES)
    throw new Error(`${file.name} has ${(file.size / 1_000_000).toFixed(1)} MB. A file may have at most 20 MB: choose a smaller one.`);
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result.replace(/^[^,]*,/, '') : '');
    reader.onerror = () => reject(new Error(`${file.name} cannot be read. Choose it with the button instead.`));
    reader.readAsDataURL(file);
  });
}
