// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.math.BigInteger;
import java.util.BitSet;

/**
 * The fingerprint of RSA moduli from the broken key generator of CVE-2017-15361 (Nemec, Sys,
 * Svenda, Klinec, Matyas: The Return of Coppersmith's Attack, CCS 2017): modulo each small prime
 * they are a power of 65537.
 */
public final class Roca {

  private static final int[] PRIMES = {
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167
  };

  private static final BitSet[] POWERS = powers();

  private Roca() {}

  public static boolean isSuspect(BigInteger modulus) {
    for (int i = 0; i < PRIMES.length; i++) {
      int rest = modulus.mod(BigInteger.valueOf(PRIMES[i])).intValue();
      if (!POWERS[i].get(rest)) {
        return false;
      }
    }
    return true;
  }

  private static BitSet[] powers() {
    BitSet[] powers = new BitSet[PRIMES.length];
    for (int i = 0; i < PRIMES.length; i++) {
      int prime = PRIMES[i];
      powers[i] = new BitSet(prime);
      int power = 1;
      while (!powers[i].get(power)) {
        powers[i].set(power);
        power = power * (65537 % prime) % prime;
      }
    }
    return powers;
  }
}
