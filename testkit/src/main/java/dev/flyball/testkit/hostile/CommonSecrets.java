// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import java.util.List;

/** What people write where a secret is asked for. */
final class CommonSecrets {

  private static final String WORDS =
      """
      secret password 123456 12345678 123456789 1234567890 qwerty abc123 admin root
      test testing changeme changeit change-me default key secretkey secret_key
      secret-key mysecret my-secret my_secret mysecretkey my-secret-key
      your-256-bit-secret your-secret your-secret-key your_secret_key
      your-384-bit-secret your-512-bit-secret yoursecret supersecret super-secret
      super_secret supersecretkey super-secret-key topsecret top-secret jwt jwtsecret
      jwt-secret jwt_secret jwtkey jwt-key token tokensecret token-secret access-token
      signing-key signingkey sign hmac hs256 HS256 hmackey private privatekey
      private-key public publickey s3cr3t S3cret! Secret1 P@ssw0rd Passw0rd password1
      password123 letmein welcome dragon monkey iloveyou master hello world helloworld
      foobar foo bar example demo development dev production prod staging local
      localhost app application service api apikey api-key
      """;

  private CommonSecrets() {}

  /** Ninety-five of them. */
  static List<String> all() {
    return List.of(WORDS.strip().split("\\s+", -1));
  }
}
