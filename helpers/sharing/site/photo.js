// Read a file that a visitor gave.

const MOST_PIXELS = 50_000_000;

// Decode a file as it is: turned as the camera was held, its colours as they are stored. How large it is, an
// <img> knows from the file's first bytes; only then is it unpacked, four bytes a pixel.
export async function decoded(file, address) {
  const unreadable = () => {
    const name = file.name || "this file";
    throw new Error(`This browser cannot read ${name} as an image. JPEG, PNG and WebP work everywhere.`);
  };
  const { naturalWidth, naturalHeight } = await sized(address).catch(unreadable);
  if (naturalWidth * naturalHeight > MOST_PIXELS) {
    const millions = Math.round((naturalWidth * naturalHeight) / 1e6);
    throw new Error(`This image has ${millions} million pixels: make it smaller first (at most 50 million).`);
  }
  const options = { imageOrientation: "from-image", colorSpaceConversion: "none" };
  return createImageBitmap(file, options).catch(unreadable);
}

function sized(address) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = address;
  });
}
