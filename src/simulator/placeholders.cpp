#include "simulator/placeholders.h"
