import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateHash } from '../../../src/server/net/certificate-hash.ts';

/** Self-signed, made by `openssl req -x509 -subj /CN=t` with the digest and key of its name; their keys were thrown away. */
const CERTIFICATES: readonly (readonly [string, string | null, string])[] = [
  [
    'ECDSA with SHA-256',
    'sha256',
    [
      'MIIBbDCCAROgAwIBAgIUE8dSCpcp5QDoBLXgp2vRkhTV0+AwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBdDAeFw0yNjExMjEyMDIyMjhaFw0zNj',
      'ExMTgyMDIyMjhaMAwxCjAIBgNVBAMMAXQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARkwbxwaeRigmnZZWDGVR8qWKqgnMmLutpHETyk/iVU',
      'Wz2sQylO+/W/l4yRyKW+8tDg+gWD9Cm8rJfPldWDcqWCo1MwUTAdBgNVHQ4EFgQUYUs9OEDvSgDAkryRKF2ApArzCFgwHwYDVR0jBBgwFoAUYU',
      's9OEDvSgDAkryRKF2ApArzCFgwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAYu/rSM+2biEi/Z7HHgNeLDPe355yb+qb1M93u',
      'vWGBOAIgJtqCMJhJMaSzfOcVeMJU/1oBME2hHoBqbtQqwGgE2bI=',
    ].join(''),
  ],
  [
    'ECDSA with SHA-384',
    'sha384',
    [
      'MIIBbjCCAROgAwIBAgIUKEcLSfGSHjXZ90TDGhNQpgvhqxcwCgYIKoZIzj0EAwMwDDEKMAgGA1UEAwwBdDAeFw0yNjExMjEyMDIyMjhaFw0zNj',
      'ExMTgyMDIyMjhaMAwxCjAIBgNVBAMMAXQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT6Oy0EcyToSx8HNqLG5I916UHKhUx/K101wXguwRaE',
      '79e0rnoK0HIkUcT6WREVoMgW3KPvuDyj8CreRiGnAy9Po1MwUTAdBgNVHQ4EFgQUpIDy71FNnex6iCENviM52EGhsqgwHwYDVR0jBBgwFoAUpI',
      'Dy71FNnex6iCENviM52EGhsqgwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAwNJADBGAiEApwr7NhXjuCwO2svxRNt5wWrESHQidWGjxNo/',
      'n91v/cACIQDh/OQxYFqbCharowW6/o9G+VS07E8hbhZ4a3P09xTWBA==',
    ].join(''),
  ],
  [
    'ECDSA with SHA-512',
    'sha512',
    [
      'MIIBbDCCAROgAwIBAgIUfSurT/w3m74Br0oIVq1UUDEPubUwCgYIKoZIzj0EAwQwDDEKMAgGA1UEAwwBdDAeFw0yNjExMjEyMDIyMjlaFw0zNj',
      'ExMTgyMDIyMjlaMAwxCjAIBgNVBAMMAXQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARLGhdCGEOtp0KR+7seNHPnYg+dURK6CNeKnSohMCjO',
      'JtwGUxWRsYSWyn9oQBKE39y1MZrZPHcRzKj4uG4ZhH8po1MwUTAdBgNVHQ4EFgQUwFZqaw3WvzADGadmAGTvygJ4rMUwHwYDVR0jBBgwFoAUwF',
      'Zqaw3WvzADGadmAGTvygJ4rMUwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDBANHADBEAiAVp4OBtf24NgClZbIjEb62GGlGjRQPRGQMIcj6',
      'aW5jSQIgTREqLNeSUcQ2ppy5ClZuh8lAZEWs3AAz5+mBWU4b8Hs=',
    ].join(''),
  ],
  [
    'ECDSA with SHA-1',
    'sha256',
    [
      'MIIBazCCARKgAwIBAgIUYeAYgDSRTV2KOSa6S0WPVhv9E8UwCQYHKoZIzj0EATAMMQowCAYDVQQDDAF0MB4XDTI2MTEyMTIwMjIyOVoXDTM2MT',
      'ExODIwMjIyOVowDDEKMAgGA1UEAwwBdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEUf+uS45yLs2xQWoEOYu5cjzKFl2IUgfT5czYnIDumR',
      'wDZxMdAXtir29n6htqiG/EgECDQYXPZB6ozn1o0W7dajUzBRMB0GA1UdDgQWBBSzMUa+NYRNgNbP/S/9lOeYQhEBzzAfBgNVHSMEGDAWgBSzMU',
      'a+NYRNgNbP/S/9lOeYQhEBzzAPBgNVHRMBAf8EBTADAQH/MAkGByqGSM49BAEDSAAwRQIhAJwoQyf01dbO3sYcSUgGdO0Jz93s5UZAotdUlGGO',
      'hX7VAiB8sCuEY8ZzYZUHxa2FEa4PJG/UeuGcAgGHg12u8NsR/w==',
    ].join(''),
  ],
  [
    'RSA with SHA-256',
    'sha256',
    [
      'MIIB9DCCAV2gAwIBAgIUB1mjJ8xJShPt3U/UniCVGRkUcRwwDQYJKoZIhvcNAQELBQAwDDEKMAgGA1UEAwwBdDAeFw0yNjExMjEyMDIyMjlaFw',
      '0zNjExMTgyMDIyMjlaMAwxCjAIBgNVBAMMAXQwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBALmrg0WoPTK6cf0X+G5XIlCJzmLQxurGwEfR',
      'lTjl0k5DgXr/4co0ue+pseaT5oFdSjgFZ5Wj8WYnpZuiCTnBvGlKNVErG6sc9vzQl+D/kp4QyKK3nHr+Bsc09GTSAYW30G9uWsbHV/Y8UQiP8P',
      'UgTkxgVCsAIdZy5qgUpSVYeGOZAgMBAAGjUzBRMB0GA1UdDgQWBBRtnyMk4vGLyafhFiDP4HJ2rCnNYTAfBgNVHSMEGDAWgBRtnyMk4vGLyafh',
      'FiDP4HJ2rCnNYTAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4GBACPuPadi4cPpqSQuev72qT4APWYYU/TpB9HUDZDiRY779oDgiL',
      'hVLX0GN4aQE2wGS1+hQYS1hnH7L/A9FlrfpTUlSWiH2/S0/Tli2L1baXraBeYCc5tJaMBCJPjrRQkkhAqxY2m5QKDthZgh//jrQKuNqa0QkZ6a',
      'Kbg/KWQfgN/1',
    ].join(''),
  ],
  [
    'RSA with SHA-384',
    'sha384',
    [
      'MIIB9DCCAV2gAwIBAgIURKChds1yfPS1ro/QvhR33+w29VIwDQYJKoZIhvcNAQEMBQAwDDEKMAgGA1UEAwwBdDAeFw0yNjExMjEyMDIyMjlaFw',
      '0zNjExMTgyMDIyMjlaMAwxCjAIBgNVBAMMAXQwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAMzVMMC23gHwbkfHcXrkU9mbsRniAg6NC7YR',
      'fT8DdJB3f3QaBmqAMbvN6MIvaBHAWtinclXE7FAugL/PjRQDpnBoDgi1kioFzJBAEUkpqM9GUr14jyOD5Xv7wOzCkehSRTrRoxQ6RPAvzhOEmQ',
      'i2mQu08YNTraP1rRo2NOUFy0bZAgMBAAGjUzBRMB0GA1UdDgQWBBS0j0o9N6vtFzO+z65dvUeYs7JAQTAfBgNVHSMEGDAWgBS0j0o9N6vtFzO+',
      'z65dvUeYs7JAQTAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBDAUAA4GBAJmVw59GavjgRzm7FYB0nhd2/I/z/wy0JC526Hye99EoudwmBP',
      'WPFQMSKtc+AR6/su2wFUsQTQJFxvVZ2ClUH8Pt96iUjyeKf7EC7C02hWXzq32itj3OpOI3Ie2An+BMzivEcQNeG3K4J3T+oc40z4zHxsSMe09w',
      'sTE3e/Yjukkf',
    ].join(''),
  ],
  [
    'RSA with SHA-512',
    'sha512',
    [
      'MIIB9DCCAV2gAwIBAgIUP262xEUDwBPDZLJBnpI5kKvpelswDQYJKoZIhvcNAQENBQAwDDEKMAgGA1UEAwwBdDAeFw0yNjExMjEyMDIyMjlaFw',
      '0zNjExMTgyMDIyMjlaMAwxCjAIBgNVBAMMAXQwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAKT32AbHCm1qCuAOwCVSBVqcs1XfAfYzEAWm',
      'E9UrfqCuwGBa3hefcn+/9oFn2upTwlNf8VeY/7l9YrbEldiFKIBG3NG4PITBU46/opcf7sDqEYpdLDkivKIX3OB6qM4rUzmEdjUvfkk+AnsJON',
      'YEh1IOO9VjPRQFPYSxO6mKlmxBAgMBAAGjUzBRMB0GA1UdDgQWBBTTv09VSjgM6Cr9zov93ytLVscsazAfBgNVHSMEGDAWgBTTv09VSjgM6Cr9',
      'zov93ytLVscsazAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBDQUAA4GBADyKemkaJ7oYYI4vYOMaycfpeoY+w15bM76flsa35nsfVdwn/K',
      'qqj/4JbCmOq+DaGfaKHb+CmuuPKuKsA2m4mQdnf2JYbW7yFNAfbBzQbjU5PLD1bpbhSercB/OXUuJRG72uyKaZwmETDRvGedN1CnNY1LI7ey/7',
      'uOJI9xb3PmYV',
    ].join(''),
  ],
  [
    'RSASSA-PSS with SHA-256',
    'sha256',
    [
      'MIICXDCCAZGgAwIBAgIUCevD9bKeuNajzJJ364mi+3IJm8QwQQYJKoZIhvcNAQEKMDSgDzANBglghkgBZQMEAgEFAKEcMBoGCSqGSIb3DQEBCD',
      'ANBglghkgBZQMEAgEFAKIDAgFeMAwxCjAIBgNVBAMMAXQwHhcNMjYxMTIxMjAyMjI5WhcNMzYxMTE4MjAyMjI5WjAMMQowCAYDVQQDDAF0MIGf',
      'MA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCczoyhjEoT55H51PgZ4juFjjwe4icG5X0/VsOxOOY5KMHO6Jhz4kmbcXA++8tHrWDSqxCn/PCR/z',
      'GFaxksvD2BiOYfzd4ZjU+oIG1hOs5d06ErOkA0x1HGG4g8c/3u46ltVsXD7GlzBdrzqRqAB4lkbsAqPzcCQn904tiptAx3IQIDAQABo1MwUTAd',
      'BgNVHQ4EFgQUIgdRLezPL1U1utH4Emr1gMvrzMQwHwYDVR0jBBgwFoAUIgdRLezPL1U1utH4Emr1gMvrzMQwDwYDVR0TAQH/BAUwAwEB/zBBBg',
      'kqhkiG9w0BAQowNKAPMA0GCWCGSAFlAwQCAQUAoRwwGgYJKoZIhvcNAQEIMA0GCWCGSAFlAwQCAQUAogMCAV4DgYEAhFzQvSdyKYBPSQ0v3cIt',
      'proBtVGsFSGUevns8XLzkGYr4FQ4e0k+PLWT9Dg8VjWe3iDrvqbngKUVCMzo0YoWic0vkwGxuw7mIuDZzp5RdjePp4Y20rMsHJt1qG8JdoH+oB',
      'foahxWm6qQCv//D+nxfWK7zSm09zoVw8tgoEoj8uQ=',
    ].join(''),
  ],
  [
    'RSASSA-PSS with SHA-384',
    'sha384',
    [
      'MIICXDCCAZGgAwIBAgIUDzGFHjWW6C7P79cENnP7FOxE9PMwQQYJKoZIhvcNAQEKMDSgDzANBglghkgBZQMEAgIFAKEcMBoGCSqGSIb3DQEBCD',
      'ANBglghkgBZQMEAgIFAKIDAgFOMAwxCjAIBgNVBAMMAXQwHhcNMjYxMTIxMjAyMjI5WhcNMzYxMTE4MjAyMjI5WjAMMQowCAYDVQQDDAF0MIGf',
      'MA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCvh3houAO+f+5IHZIlR+XBk4Y1QH/15C7s72JYDzzFBqh0NYcQ9mKhZhQVn3Y2MFo/qJ45A2AVLB',
      'woV4kkxfnKCKFKIkVDuhlzEziDAbyNwdhcl7W/yQleUja4u6uazes7smSLAwgbC6WCe0saKob1Pk01HVRJ2qf+G/r0rmCZIQIDAQABo1MwUTAd',
      'BgNVHQ4EFgQUStcCd5T1+0Y0I8CPK1sh6d0vCKcwHwYDVR0jBBgwFoAUStcCd5T1+0Y0I8CPK1sh6d0vCKcwDwYDVR0TAQH/BAUwAwEB/zBBBg',
      'kqhkiG9w0BAQowNKAPMA0GCWCGSAFlAwQCAgUAoRwwGgYJKoZIhvcNAQEIMA0GCWCGSAFlAwQCAgUAogMCAU4DgYEAkkK5wI8boFpenofDihY6',
      'KCtEtDtWUHTRPmx07UlCy1BBMBrYcuCh1PmAnxceDXfVhcgdVOi6orbZDqwsHRdV6h+vIA4hyJdF8uDVvgDv4yD8m50CAvZeNt5dGb+PRbPkkn',
      '8h7O+zegcRSsJHySq4qpQzekKFl4AJCJv8ph6dgwI=',
    ].join(''),
  ],
  [
    'Ed25519',
    null,
    [
      'MIIBLDCB36ADAgECAhQMiFD6illUvCZUKPv4O/JWx/2ZgDAFBgMrZXAwDDEKMAgGA1UEAwwBdDAeFw0yNjExMjEyMDIyMjlaFw0zNjExMTgyMD',
      'IyMjlaMAwxCjAIBgNVBAMMAXQwKjAFBgMrZXADIQAiA6q7xBVd6zW+X7uyrYoNj45/oamsWyDttdBy1sSSz6NTMFEwHQYDVR0OBBYEFO2H2CVw',
      'ixx0ESIjZBGsleHEa6WVMB8GA1UdIwQYMBaAFO2H2CVwixx0ESIjZBGsleHEa6WVMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EAlDle/ORbxX',
      'IbNYcokQ8cYmtfRljki+LhrGXRb/YfpUvY7Dj56LTO0IqLAQeEVoa4/1vNsH05aJUiZ/h2Xz0GAQ==',
    ].join(''),
  ],
];

describe('certificateHash', () => {
  it.each(CERTIFICATES)('hashes a certificate signed by %s with %s', (_name, hash, base64) => {
    const der = Buffer.from(base64, 'base64');
    const expected = hash === null ? null : createHash(hash).update(der).digest('hex');
    const found = certificateHash(der);
    expect(found === null ? null : Buffer.from(found).toString('hex')).toBe(expected);
  });

  it.each([
    ['nothing', ''],
    ['no certificate', '0403010203'],
    ['a certificate cut off', '3082010030820100'],
  ])('refuses %s', (_name, hex) => {
    expect(() => certificateHash(Buffer.from(hex, 'hex'))).toThrow(RangeError);
  });
});
